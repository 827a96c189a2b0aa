package dev.sluice;

import java.util.List;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import org.springframework.modulith.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.modulith.docs.Documenter;

import static org.assertj.core.api.Assertions.assertThat;

/** The rooms of the house, and who may enter which from where. */
class ModularityTests {

	private final ApplicationModules modules = ApplicationModules.of(SluiceApplication.class);

	@Test
	void callsGoDownwardsOnly() {
		this.modules.verify();
	}

	/** A module without a list of its own may call anything that is public. */
	@Test
	void everyModuleSaysWhatItMayUse() {
		List<String> silent = this.modules.stream()
			.map((module) -> module.getBasePackage())
			.filter((base) -> base.getAnnotation(ApplicationModule.class)
				.filter((declared) -> !List.of(declared.allowedDependencies()).contains(ApplicationModule.OPEN_TOKEN))
				.isEmpty())
			.map(Object::toString)
			.toList();

		assertThat(this.modules.stream()).hasSizeGreaterThan(6);
		assertThat(silent).isEmpty();
	}

	@Test
	void everyTypeLivesInAModule() {
		List<String> homeless = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
			.importPackages("dev.sluice")
			.stream()
			.filter((type) -> !type.getPackageName().equals("dev.sluice")
					&& !type.getSimpleName().equals("package-info"))
			.filter((type) -> this.modules.getModuleByType(type.getName()).isEmpty())
			.map(JavaClass::getName)
			.toList();

		assertThat(homeless).isEmpty();
	}

	@Test
	void aPictureIsDrawn() {
		new Documenter(this.modules).writeModulesAsPlantUml().writeIndividualModulesAsPlantUml().writeModuleCanvases();
	}

}
