package dev.sluice.benchmark;

import java.util.ArrayList;
import java.util.List;

/** What people and models write, without anything that a guardrail looks for. */
final class Prose {

	/** Plain prose of about 2 KB. */
	static final String TEXT = """
			The river begins in a bog below the northern ridge, where rain that fell in autumn comes out of the moss in \
			spring. For the first few miles nobody would call it more than a ditch. Sheep cross it without looking down, \
			and in a dry August it hides beneath its own stones. Then two brooks join it from the east, both of them \
			colder and quicker, and from the old mill on it has a name that people in the valley use.

			The mill has not worked since the grandfather of the present owner sold the wheel. What is left is a weir, a \
			pool where children learn to swim, and a house with walls so thick that the post office asked to keep its \
			letters there during the war. The owner, a patient woman who teaches geography in town, has measured the \
			height of the water every morning for thirty years. Her notebooks show that floods come later than they \
			used to, that they are higher, and that they are over sooner. She doesn't draw conclusions; she says that \
			this is what notebooks are for, and that others may draw them.

			Below the town the river slows down. It was straightened once, to make room for a railway, and when the \
			railway was given up it took most of its bends back by itself, faster than any of the engineers had thought \
			possible. Herons stand where the signal box was. Could the same be done on purpose elsewhere? The office for \
			water believes so, and has begun to buy meadows on both banks, one by one, whenever a farmer retires and none \
			of the heirs wants to go on.

			My question is about the part between the weir and the railway bridge. I would like to know which kinds of \
			willow hold a bank of gravel best, how far apart they should stand, and whether it is better to plant them \
			before or after the winter floods. Please answer in a few short paragraphs that I can read out at our meeting, \
			say where you are not sure, and name one book for those who want to know more about it than I do. \
			If you think that willows are the wrong choice there, tell us so plainly, and what you would have us do instead \
			with the little money that we have.
			""";

	/** Prose with the numbers, dates, links and code that technical answers have. */
	static final String TECHNICAL = """
			## Upgrade to 3.2.1

			Released on 2026-03-14 after 412 commits by 27 people. The download is 48.6 MB; allow 1,200 MB of memory.

			1. Stop the service: `systemctl stop gauge@7`, then wait for "stopped (code 0)".
			2. Back up `/var/lib/gauge/data` (about 3.4 GB at 10,000 stations).
			3. Set `retention = 90d` and `listen = any:8443` in gauge.toml.
			4. Read chapter 3.2, step 4, in docs/upgrade.md for clusters of more than 16 nodes.

			```java
			Station station = Station.of("weir-12", 47.3769, 8.5417);
			for (Reading reading : station.readings(Duration.ofHours(24))) {
				if (reading.level() > 2.75 && !reading.isProvisional()) {
					alarms.raise(station, reading.level() - 2.75);
				}
			}
			```

			| metric | 3.1.0 | 3.2.1 | change |
			|---|---:|---:|---:|
			| readings per second | 18,450 | 27,310 | +48.0 % |
			| p99 in ms | 41.7 | 22.9 | -45.1 % |
			| restart in s | 12 | 4 | -66.7 % |

			Between 09:30 and 11:45 the old nodes answer "503 try later"; clients of version 2.8 and newer repeat by \
			themselves after 250 ms, 500 ms, 1 s and 2 s. If a node reports `E1042: checksum 9f86d081884c differs`, delete \
			segment 000347 and start it again: it copies the segment from a neighbour. See pages 118-124 of the manual, \
			ticket #20931, and commit 4b825dc. Support is there on weekdays from 8 to 18 h.
			""";

	/** Characters of a delta, about a token. */
	static final int DELTA = 5;

	private Prose() {
	}

	/** A text in the pieces in which a model gives it. */
	static List<String> deltas(String text) {
		List<String> deltas = new ArrayList<>();
		for (int start = 0; start < text.length(); start += DELTA) {
			deltas.add(text.substring(start, Math.min(text.length(), start + DELTA)));
		}
		return deltas;
	}

}
