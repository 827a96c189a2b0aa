package dev.sluice;

import dev.sluice.testing.LocalDynamo;

import org.springframework.boot.SpringApplication;

/**
 * Starts Sluice for a newcomer, with the profile {@code local} and DynamoDB Local in the
 * same process: {@code ./mvnw spring-boot:test-run}.
 */
public class LocalSluice {

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(SluiceApplication.class);
		application.setAdditionalProfiles("local");
		application.addInitializers(new LocalDynamo());
		application.run(args);
	}

}
