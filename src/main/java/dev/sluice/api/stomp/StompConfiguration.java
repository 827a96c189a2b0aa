package dev.sluice.api.stomp;

import dev.sluice.api.ApiProperties;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.messaging.simp.config.ChannelRegistration;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketTransportRegistration;
import org.springframework.web.socket.server.standard.ServletServerContainerFactoryBean;

/**
 * STOMP at {@code /ws}. A client's frames are handled in their order by the virtual
 * thread that reads its socket, so that one who sends faster than he is answered is held
 * up by TCP; what is sent to a client is written by the thread that has it.
 */
@Configuration(proxyBeanMethods = false)
class StompConfiguration implements WebSocketMessageBrokerConfigurer {

	private final StompProperties properties;

	private final ApiProperties api;

	private final StompGate gate;

	private final StompSessions sessions;

	private final SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();

	StompConfiguration(StompProperties properties, ApiProperties api, StompGate gate, StompSessions sessions) {
		this.properties = properties;
		this.api = api;
		this.gate = gate;
		this.sessions = sessions;
		this.scheduler.setVirtualThreads(true);
		this.scheduler.setThreadNamePrefix("stomp-clock-");
	}

	@Override
	public void registerStompEndpoints(StompEndpointRegistry registry) {
		registry.addEndpoint("/ws")
			.setAllowedOriginPatterns(this.api.allowedOrigins().toArray(String[]::new))
			.addInterceptors(new UpgradeOnly());
		registry.setErrorHandler(new StompErrors());
	}

	@Override
	public void configureMessageBroker(MessageBrokerRegistry registry) {
		long heartBeat = this.properties.heartBeat().toMillis();
		registry.setApplicationDestinationPrefixes("/app");
		registry.enableSimpleBroker("/queue")
			.setHeartbeatValue(new long[] { heartBeat, heartBeat })
			.setTaskScheduler(this.scheduler);
	}

	@Override
	public void configureWebSocketTransport(WebSocketTransportRegistration registration) {
		registration.setMessageSizeLimit((int) this.properties.maxMessageSize().toBytes())
			.setSendTimeLimit((int) this.properties.sendTimeLimit().toMillis())
			.setSendBufferSizeLimit((int) this.properties.sendBufferSize().toBytes())
			.addDecoratorFactory((handler) -> new StompConnections(handler, this.sessions, this.properties));
	}

	@Override
	public void configureClientInboundChannel(ChannelRegistration registration) {
		registration.executor(new SyncTaskExecutor()).interceptors(this.gate);
	}

	@Override
	public void configureClientOutboundChannel(ChannelRegistration registration) {
		registration.executor(new SyncTaskExecutor());
	}

	@Bean
	ServletServerContainerFactoryBean webSocketContainer() {
		ServletServerContainerFactoryBean container = new ServletServerContainerFactoryBean();
		container.setMaxSessionIdleTimeout(this.properties.idleTimeout().toMillis());
		return container;
	}

}
