package dev.sluice.prompt.guardrail.bedrock;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import dev.sluice.model.message.Finding.Action;
import org.jspecify.annotations.Nullable;

/**
 * Puts a masked text beside the one it was made from. Bedrock gives both texts and what
 * it matched, but not where.
 */
final class Masks {

	/** A text that was matched, and the name that a mask shows for it. */
	record Match(String text, String type) {
	}

	/** A match in its place. */
	record Place(Match match, int start, int end) {
	}

	private Masks() {
	}

	/**
	 * Where the masks are, in order; nothing if the texts do not fit each other.
	 * @param matches everything that may have been masked
	 */
	static @Nullable List<Place> find(String text, String masked, List<Match> matches) {
		List<Match> longestFirst = matches.stream()
			.distinct()
			.sorted(Comparator.comparingInt((Match match) -> match.text().length()).reversed())
			.toList();
		List<Place> places = new ArrayList<>();
		int from = 0;
		int to = 0;
		while (from < text.length() || to < masked.length()) {
			Place place = maskAt(text, from, masked, to, longestFirst);
			if (place != null) {
				places.add(place);
				from = place.end();
				to = end(masked, to, place.match().type());
			}
			else if (from < text.length() && to < masked.length() && text.charAt(from) == masked.charAt(to)) {
				from++;
				to++;
			}
			else {
				return null;
			}
		}
		return places;
	}

	/**
	 * How long the masked text is up to a character of the text that is in no mask; -1 if
	 * the texts do not fit each other by what is known of the masks.
	 */
	static int length(String text, Assessment assessment, int before) {
		String masked = assessment.text();
		List<Located> places = assessment.findings()
			.stream()
			.filter((found) -> found.known() && found.finding().action() == Action.MASK)
			.sorted(Comparator.comparingInt(Located::start))
			.toList();
		int length = -1;
		int from = 0;
		int to = 0;
		for (Located place : places) {
			if (place.start() < from || !text.regionMatches(from, masked, to, place.start() - from)) {
				return -1;
			}
			length = (length < 0 && before <= place.start()) ? to + before - from : length;
			to = end(masked, to + place.start() - from, place.finding().type());
			if (to < 0) {
				return -1;
			}
			from = place.end();
		}
		boolean fit = masked.length() - to == text.length() - from
				&& text.regionMatches(from, masked, to, masked.length() - to);
		return !fit ? -1 : (length < 0) ? to + before - from : length;
	}

	private static @Nullable Place maskAt(String text, int from, String masked, int to, List<Match> matches) {
		if (to == masked.length() || masked.charAt(to) != '{' && masked.charAt(to) != '[') {
			return null;
		}
		for (Match match : matches) {
			if (text.startsWith(match.text(), from) && end(masked, to, match.type()) > 0) {
				return new Place(match, from, from + match.text().length());
			}
		}
		return null;
	}

	/**
	 * The character after a mask: <code>{NAME}</code>, or numbered <code>{NAME-1}</code>
	 * and in brackets as Bedrock's manual shows them; -1 if there is none.
	 */
	private static int end(String masked, int start, String type) {
		if (start >= masked.length() || !masked.startsWith(type, start + 1)) {
			return -1;
		}
		char close = switch (masked.charAt(start)) {
			case '{' -> '}';
			case '[' -> ']';
			default -> 0;
		};
		int end = start + 1 + type.length();
		if (end < masked.length() && masked.charAt(end) == '-') {
			end++;
			while (end < masked.length() && masked.charAt(end) >= '0' && masked.charAt(end) <= '9') {
				end++;
			}
		}
		return (close != 0 && end < masked.length() && masked.charAt(end) == close) ? end + 1 : -1;
	}

}
