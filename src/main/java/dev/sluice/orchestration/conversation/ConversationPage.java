package dev.sluice.orchestration.conversation;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param next after what the list goes on, {@code null} at its end
 */
public record ConversationPage<T>(List<T> items, @Nullable String next) {

	/** The most items of a page. */
	public static final int MOST = 200;

	public ConversationPage {
		items = List.copyOf(items);
	}

}
