package dev.sluice.api;

import org.apache.catalina.core.StandardHost;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the doors need of the web server. */
@Configuration(proxyBeanMethods = false)
class TomcatConfiguration {

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> doors() {
		return (tomcat) -> {
			tomcat.setProtocol(WatchedHttpProtocol.class.getName());
			tomcat.addEngineValves(new ConnectionValve());
			tomcat.addContextCustomizers((context) -> ((StandardHost) context.getParent())
				.setErrorReportValveClass(ProblemErrorValve.class.getName()));
		};
	}

}
