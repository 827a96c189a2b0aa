package dev.sluice.model.message;

import java.util.Set;

/**
 * Up to where a prompt stays the same from call to call, so that the provider may keep
 * its reading of it.
 *
 * @param system whether all of the system text does
 * @param messages the indexes of the messages after which the provider should keep what
 * it read
 */
public record CachePoints(boolean system, Set<Integer> messages) {

	public static final CachePoints NONE = new CachePoints(false, Set.of());

	public CachePoints {
		messages = Set.copyOf(messages);
	}

}
