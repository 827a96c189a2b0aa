package dev.sluice.store;

import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import dev.sluice.store.StoreException.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

import org.springframework.stereotype.Component;

/**
 * Calls DynamoDB and says in our words what went wrong. A call blocks for at most
 * {@code sluice.store.timeout}, or a few of them where transactions got into each other's
 * way, which the SDK does not repeat.
 */
@Component
public class DynamoStore {

	private static final int ATTEMPTS = 4;

	private final DynamoDbClient client;

	private final Tables tables;

	private final MeterRegistry meters;

	private volatile @Nullable String trouble;

	DynamoStore(DynamoDbClient client, StoreProperties properties, MeterRegistry meters) {
		this.client = client;
		this.tables = new Tables(properties.tablePrefix());
		this.meters = meters;
	}

	/** The name in DynamoDB of a table of the CloudFormation file. */
	public String table(String logicalName) {
		return this.tables.find(logicalName).name();
	}

	/**
	 * Makes a call.
	 * @throws StoreException if the call failed, for whatever reason
	 */
	public <T> T call(Function<DynamoDbClient, T> call) {
		for (int attempt = 1;; attempt++) {
			try {
				T result = call.apply(this.client);
				count("none");
				this.trouble = null;
				return result;
			}
			catch (SdkException ex) {
				if (!isCrowd(ex) || attempt == ATTEMPTS) {
					throw translate(ex);
				}
				count("contention");
				LockSupport
					.parkNanos(ThreadLocalRandom.current().nextLong(TimeUnit.MILLISECONDS.toNanos(20L << attempt)));
			}
		}
	}

	/** Why DynamoDB did not answer the last call, {@code null} if it did. */
	@Nullable String trouble() {
		return this.trouble;
	}

	Tables tables() {
		return this.tables;
	}

	DynamoDbClient client() {
		return this.client;
	}

	private StoreException translate(SdkException ex) {
		Reason reason = switch (ex) {
			case ConditionalCheckFailedException _ -> Reason.CONFLICT;
			case TransactionCanceledException cancelled when hasReason(cancelled, "ConditionalCheckFailed") ->
				Reason.CONFLICT;
			case DynamoDbException refused when String.valueOf(refused.getMessage())
				.contains("Item size has exceeded") -> Reason.TOO_LARGE;
			default -> Reason.UNAVAILABLE;
		};
		count(reason.name().toLowerCase(Locale.ROOT));
		this.trouble = (reason == Reason.UNAVAILABLE) ? describe(ex) : null;
		return new StoreException(reason, "DynamoDB: " + ex.getMessage(), ex);
	}

	private static String describe(SdkException ex) {
		return (ex instanceof ResourceNotFoundException)
				? "A table is missing: deploy dynamodb-tables.yaml, or set sluice.store.create-tables"
				: ex.getClass().getSimpleName();
	}

	/** Whether others were at the same items at the same time. */
	private static boolean isCrowd(SdkException ex) {
		return switch (ex) {
			case TransactionConflictException _, TransactionInProgressException _ -> true;
			case TransactionCanceledException cancelled ->
				hasReason(cancelled, "TransactionConflict") && !hasReason(cancelled, "ConditionalCheckFailed");
			default -> false;
		};
	}

	private static boolean hasReason(TransactionCanceledException ex, String code) {
		return ex.hasCancellationReasons()
				&& ex.cancellationReasons().stream().map(CancellationReason::code).anyMatch(code::equals);
	}

	private void count(String outcome) {
		Counter.builder("sluice.store.calls")
			.description("Calls of DynamoDB, by how they ended")
			.tag("outcome", outcome)
			.register(this.meters)
			.increment();
	}

}
