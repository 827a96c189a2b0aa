package dev.sluice.prompt.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The lines that differ between two texts, in the unified format with three lines around
 * each change.
 */
final class LineDiff {

	private static final int CONTEXT = 3;

	/** Beyond so many comparisons what lies between equal ends counts as replaced. */
	private static final int MOST_CELLS = 1_000_000;

	private final String[] from;

	private final String[] to;

	private final List<Line> lines = new ArrayList<>();

	/** A line of the result: kept, taken away or added, and where it stood. */
	private record Line(char sign, String text, int from, int to) {
	}

	private LineDiff(String from, String to) {
		this.from = from.split("\\R", -1);
		this.to = to.split("\\R", -1);
	}

	static String unified(String from, String to) {
		LineDiff diff = new LineDiff(from, to);
		diff.compare();
		return diff.write();
	}

	private void compare() {
		int start = 0;
		int most = Math.min(this.from.length, this.to.length);
		while (start < most && this.from[start].equals(this.to[start])) {
			start++;
		}
		int fromEnd = this.from.length;
		int toEnd = this.to.length;
		while (fromEnd > start && toEnd > start && this.from[fromEnd - 1].equals(this.to[toEnd - 1])) {
			fromEnd--;
			toEnd--;
		}
		keep(0, 0, start);
		if ((long) (fromEnd - start) * (toEnd - start) > MOST_CELLS) {
			replace(start, fromEnd, start, toEnd);
		}
		else {
			align(start, fromEnd, start, toEnd);
		}
		keep(fromEnd, toEnd, this.from.length - fromEnd);
	}

	/** Keeps the longest common subsequence. */
	private void align(int fromStart, int fromEnd, int toStart, int toEnd) {
		int rows = fromEnd - fromStart;
		int columns = toEnd - toStart;
		int[][] common = new int[rows + 1][columns + 1];
		for (int i = rows - 1; i >= 0; i--) {
			for (int j = columns - 1; j >= 0; j--) {
				common[i][j] = this.from[fromStart + i].equals(this.to[toStart + j]) ? common[i + 1][j + 1] + 1
						: Math.max(common[i + 1][j], common[i][j + 1]);
			}
		}
		int i = 0;
		int j = 0;
		while (i < rows && j < columns) {
			if (this.from[fromStart + i].equals(this.to[toStart + j])) {
				keep(fromStart + i++, toStart + j++, 1);
			}
			else if (common[i + 1][j] >= common[i][j + 1]) {
				replace(fromStart + i, fromStart + ++i, toStart + j, toStart + j);
			}
			else {
				replace(fromStart + i, fromStart + i, toStart + j, toStart + ++j);
			}
		}
		replace(fromStart + i, fromEnd, toStart + j, toEnd);
	}

	private void keep(int from, int to, int count) {
		for (int i = 0; i < count; i++) {
			this.lines.add(new Line(' ', this.from[from + i], from + i, to + i));
		}
	}

	private void replace(int from, int fromEnd, int to, int toEnd) {
		for (int i = from; i < fromEnd; i++) {
			this.lines.add(new Line('-', this.from[i], i, to));
		}
		for (int i = to; i < toEnd; i++) {
			this.lines.add(new Line('+', this.to[i], fromEnd, i));
		}
	}

	private String write() {
		boolean[] shown = new boolean[this.lines.size()];
		for (int i = 0; i < shown.length; i++) {
			if (this.lines.get(i).sign() != ' ') {
				Arrays.fill(shown, Math.max(0, i - CONTEXT), Math.min(shown.length, i + CONTEXT + 1), true);
			}
		}
		StringBuilder text = new StringBuilder();
		int i = 0;
		while (i < shown.length) {
			if (!shown[i]) {
				i++;
				continue;
			}
			int end = i;
			while (end < shown.length && shown[end]) {
				end++;
			}
			writeHunk(text, this.lines.subList(i, end));
			i = end;
		}
		return text.toString();
	}

	private static void writeHunk(StringBuilder text, List<Line> hunk) {
		long from = hunk.stream().filter((line) -> line.sign() != '+').count();
		long to = hunk.stream().filter((line) -> line.sign() != '-').count();
		text.append("@@ -%d,%d +%d,%d @@\n".formatted(hunk.getFirst().from() + ((from > 0) ? 1 : 0), from,
				hunk.getFirst().to() + ((to > 0) ? 1 : 0), to));
		hunk.forEach((line) -> text.append(line.sign()).append(line.text()).append('\n'));
	}

}
