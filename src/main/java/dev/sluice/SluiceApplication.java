package dev.sluice;

import dev.sluice.prompt.audit.VerifyAuditCommand;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class SluiceApplication {

	public static void main(String[] args) {
		if (VerifyAuditCommand.isMeant(args)) {
			System.exit(VerifyAuditCommand.run(System.out, System.err, args));
		}
		SpringApplication.run(SluiceApplication.class, args);
	}

}
