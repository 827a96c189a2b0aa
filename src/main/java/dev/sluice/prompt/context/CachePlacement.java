package dev.sluice.prompt.context;

import java.util.LinkedHashSet;
import java.util.Set;

import dev.sluice.model.message.CachePoints;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Role;

/**
 * Where the provider should keep what it read: behind the system text, behind the
 * template and behind the older turns, each if all that it would keep there is long
 * enough.
 */
final class CachePlacement {

	private CachePlacement() {
	}

	/**
	 * Places cache points.
	 * @param framed how many of the messages given are the template's
	 * @param upTo the tokens up to and including each message laid out
	 */
	static CachePoints of(ModelWindow window, Layout layout, int framed, double systemTokens, double[] upTo) {
		boolean system = systemTokens >= window.cacheMinimumTokens();
		int points = window.maxCachePoints() - (system ? 1 : 0);
		int older = lastOfUser(layout) - 1;
		int template = older;
		while (template >= 0 && layout.last()[template] >= framed) {
			template--;
		}
		Set<Integer> places = new LinkedHashSet<>();
		for (int place : new int[] { older, template }) {
			if (places.size() < points && place >= 0 && upTo[place] >= window.cacheMinimumTokens()
					&& canFollow(layout.messages().get(place))) {
				places.add(place);
			}
		}
		return new CachePoints(system, places);
	}

	private static int lastOfUser(Layout layout) {
		int last = layout.messages().size() - 1;
		while (last > 0 && layout.messages().get(last).role() != Role.USER) {
			last--;
		}
		return last;
	}

	/** Claude keeps nothing up to a thought, and a citation is not sent. */
	private static boolean canFollow(Message message) {
		return switch (message.content().getLast()) {
			case ContentPart.Reasoning _, ContentPart.RedactedReasoning _, ContentPart.Citation _ -> false;
			case ContentPart.Text _, ContentPart.Image _, ContentPart.Document _, ContentPart.ToolUse _,
					ContentPart.Other _ ->
				true;
		};
	}

}
