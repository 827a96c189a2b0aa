package dev.sluice.prompt.guardrail;

import java.util.Locale;

import dev.sluice.model.message.Finding;
import org.jspecify.annotations.Nullable;

/** What a policy does about something that it finds, from the least to the most. */
public enum Treatment {

	NONE(null), FLAG(Finding.Action.FLAG), MASK(Finding.Action.MASK), BLOCK(Finding.Action.BLOCK);

	private final Finding.@Nullable Action action;

	Treatment(Finding.@Nullable Action action) {
		this.action = action;
	}

	/** What a finding says was done, {@code null} if nothing is looked for at all. */
	Finding.@Nullable Action action() {
		return this.action;
	}

	static Treatment of(Finding.Action action) {
		return switch (action) {
			case FLAG -> FLAG;
			case MASK -> MASK;
			case BLOCK -> BLOCK;
		};
	}

	/** The word for it in a policy. */
	String word() {
		return name().toLowerCase(Locale.ROOT);
	}

	Treatment or(Treatment other) {
		return (compareTo(other) >= 0) ? this : other;
	}

	/** What is done at each stage. */
	public record ByStage(Treatment input, Treatment output, Treatment tool) {

		public static final ByStage NONE = new ByStage(Treatment.NONE, Treatment.NONE, Treatment.NONE);

		Treatment at(Stage stage) {
			return switch (stage) {
				case INPUT -> this.input;
				case OUTPUT -> this.output;
				case TOOL -> this.tool;
			};
		}

		/** The stricter at every stage. */
		ByStage or(ByStage other) {
			return new ByStage(this.input.or(other.input), this.output.or(other.output), this.tool.or(other.tool));
		}

	}

}
