package dev.sluice;

import org.springframework.boot.SpringApplication;

/**
 * Starts Sluice for a newcomer, with the profile {@code local}:
 * {@code ./mvnw spring-boot:test-run}.
 */
public class LocalSluice {

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(SluiceApplication.class);
		application.setAdditionalProfiles("local");
		application.run(args);
	}

}
