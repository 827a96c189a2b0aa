package dev.sluice.model;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How often and how patiently a failed call is tried again, as long as nothing of its
 * answer has been passed on.
 *
 * @param maxAttempts calls in all, 1 for no retry; nothing is tried again once a piece of
 * the answer has been passed on
 * @param baseDelay upper bound of the first wait; it doubles with every further one, and
 * each wait is drawn between 0 and its bound
 * @param maxDelay upper bound of any wait
 */
@ConfigurationProperties("sluice.model.retry")
record RetryProperties(@DefaultValue("4") int maxAttempts, @DefaultValue("250ms") Duration baseDelay,
		@DefaultValue("5s") Duration maxDelay) {

	RetryProperties {
		if (maxAttempts < 1 || !baseDelay.isPositive() || maxDelay.compareTo(baseDelay) < 0) {
			throw new IllegalArgumentException(
					"sluice.model.retry: max-attempts must be at least 1, base-delay positive and max-delay not below it");
		}
	}

}
