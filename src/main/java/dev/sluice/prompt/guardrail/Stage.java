package dev.sluice.prompt.guardrail;

import dev.sluice.model.message.Finding;

/** What a rule of a policy looks at. */
public enum Stage {

	/** What the caller gives. */
	INPUT,
	/** What the model says. */
	OUTPUT,
	/** What the model hands to a tool. */
	TOOL;

	/** The stage that findings tell. */
	Finding.Stage reported() {
		return (this == INPUT) ? Finding.Stage.INPUT : Finding.Stage.OUTPUT;
	}

}
