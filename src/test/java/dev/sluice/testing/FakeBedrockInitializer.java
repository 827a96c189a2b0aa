package dev.sluice.testing;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Points an application at {@link #BEDROCK}, by the name that the AWS SDK gave the
 * setting. The setting is gone again once the application has read it.
 */
public final class FakeBedrockInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	/** One for all applications under test. */
	public static final FakeBedrock BEDROCK = new FakeBedrock();

	private static final String PROPERTY = "aws.endpointUrlBedrockRuntime";

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		System.setProperty(PROPERTY, BEDROCK.uri().toString());
		context.addApplicationListener((event) -> {
			if (event instanceof ContextRefreshedEvent) {
				System.clearProperty(PROPERTY);
			}
		});
	}

}
