package dev.sluice;

import java.nio.file.Path;

import dev.sluice.testing.LocalData;
import dev.sluice.testing.LocalDynamo;

import org.springframework.boot.SpringApplication;

/**
 * Starts Sluice for a newcomer, with the profile {@code local} and DynamoDB Local in the
 * same process: {@code ./mvnw spring-boot:test-run}. What it keeps is in
 * {@code target/local}, or in the directory that {@code SLUICE_LOCAL_DATA} names;
 * {@code memory} stands for none.
 */
public class LocalSluice {

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(SluiceApplication.class);
		application.setAdditionalProfiles("local");
		String data = System.getenv().getOrDefault("SLUICE_LOCAL_DATA", "target/local");
		application.addInitializers(data.equals("memory") ? new LocalDynamo() : new LocalData(Path.of(data)));
		application.run(args);
	}

}
