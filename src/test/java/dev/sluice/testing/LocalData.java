package dev.sluice.testing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

import com.amazonaws.services.dynamodbv2.local.embedded.DynamoDBEmbedded;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * What a newcomer's Sluice keeps over its restarts, in one directory: DynamoDB Local on a
 * file, and the audit trail's journal. One process has it at a time; another one works in
 * memory.
 */
public final class LocalData implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	private static final Logger logger = LoggerFactory.getLogger(LocalData.class);

	private final Path directory;

	/** Held until the process ends. */
	private FileLock lock;

	/** The data in {@code directory}, which is made if it is not there. */
	public LocalData(Path directory) {
		this.directory = directory;
	}

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		try {
			Files.createDirectories(this.directory);
			this.lock = FileChannel
				.open(this.directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)
				.tryLock();
		}
		catch (IOException ex) {
			logger.warn("{} cannot be used", this.directory, ex);
		}
		if (this.lock == null) {
			logger.warn("Another process has {}, or it cannot be written: what this one keeps is gone when it ends",
					this.directory);
			new LocalDynamo().initialize(context);
			return;
		}
		// A file: DynamoDB Local never comes back from trying to open a directory.
		DynamoDbClient client = DynamoDBEmbedded.create(this.directory.resolve("dynamodb.db").toFile(), true)
			.dynamoDbClient();
		context.getBeanFactory().registerSingleton("dynamoDbClient", client);
		context.getEnvironment()
			.getPropertySources()
			.addAfter(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new MapPropertySource("local-data",
					Map.of("sluice.audit.directory", this.directory.resolve("audit").toString())));
	}

}
