package dev.sluice.api.page;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class NoPageTests {

	private final WebApplicationContextRunner application = new WebApplicationContextRunner()
		.withUserConfiguration(PageConfiguration.class);

	@Test
	void hasNoPageWhereItIsSwitchedOff() {
		this.application.run((context) -> assertThat(context).hasSingleBean(PageConfiguration.class));
		this.application.withPropertyValues("sluice.page.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(PageConfiguration.class));
	}

}
