package dev.sluice.model.message;

/** Who speaks in a {@link Message}. */
public enum Role {

	USER, ASSISTANT

}
