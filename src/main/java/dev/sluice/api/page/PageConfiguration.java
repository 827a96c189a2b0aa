package dev.sluice.api.page;

import java.io.IOException;
import java.io.UncheckedIOException;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.util.DigestUtils;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistration;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Serves the page. A browser asks for every file again and is mostly told that it has it,
 * so a new version of Sluice is seen at once and whole.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "sluice.page.enabled", matchIfMissing = true)
class PageConfiguration implements WebMvcConfigurer {

	private static final String[] FOLDERS = { "app", "vendor" };

	private static final String[] FILES = { "index.html", "favicon.svg" };

	@Override
	public void addViewControllers(ViewControllerRegistry registry) {
		registry.addViewController("/").setViewName("forward:/index.html");
	}

	@Override
	public void addResourceHandlers(ResourceHandlerRegistry registry) {
		for (String folder : FOLDERS) {
			revalidated(registry.addResourceHandler("/" + folder + "/**")
				.addResourceLocations("classpath:/static/" + folder + "/"));
		}
		for (String file : FILES) {
			revalidated(registry.addResourceHandler("/" + file).addResourceLocations("classpath:/static/"));
		}
	}

	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(new PageHeaders())
			.addPathPatterns("/", "/index.html", "/favicon.svg", "/app/**", "/vendor/**");
	}

	/** By content: files of a reproducible build all have the same date. */
	private static void revalidated(ResourceHandlerRegistration files) {
		files.setCacheControl(CacheControl.noCache())
			.setUseLastModified(false)
			.setEtagGenerator(PageConfiguration::digestOf);
	}

	private static String digestOf(Resource file) {
		try {
			return DigestUtils.md5DigestAsHex(file.getContentAsByteArray());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
