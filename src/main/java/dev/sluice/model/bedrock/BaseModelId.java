package dev.sluice.model.bedrock;

import java.util.Optional;
import java.util.Set;

/**
 * The foundation model behind an id. Some operations know models by that name only and
 * refuse inference profiles.
 */
final class BaseModelId {

	private static final Set<String> PROFILE_PREFIXES = Set.of("us", "eu", "apac", "jp", "au", "ca", "global",
			"us-gov");

	private BaseModelId() {
	}

	/** The base id; empty for an ARN that does not tell it, such as a prompt's. */
	static Optional<String> of(String modelId) {
		if (!modelId.startsWith("arn:")) {
			return Optional.of(withoutPrefix(modelId));
		}
		int slash = modelId.indexOf('/');
		String kind = modelId.substring(modelId.lastIndexOf(':', Math.max(slash, 0)) + 1, Math.max(slash, 0));
		return switch (kind) {
			case "foundation-model", "inference-profile" -> Optional.of(withoutPrefix(modelId.substring(slash + 1)));
			default -> Optional.empty();
		};
	}

	private static String withoutPrefix(String modelId) {
		int dot = modelId.indexOf('.');
		return (dot > 0 && PROFILE_PREFIXES.contains(modelId.substring(0, dot))) ? modelId.substring(dot + 1) : modelId;
	}

}
