package dev.sluice.model.bedrock;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import software.amazon.awssdk.utils.http.SdkHttpUtils;

/** The addresses of one operation, by model; a model id is one segment of the path. */
final class ModelPaths {

	private static final int MOST_CACHED = 1_000;

	private final Map<String, URI> cache = new ConcurrentHashMap<>();

	private final String base;

	private final String operation;

	ModelPaths(URI endpoint, String operation) {
		String base = endpoint.toString();
		this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
		this.operation = operation;
	}

	URI of(String modelId) {
		URI known = this.cache.get(modelId);
		if (known != null) {
			return known;
		}
		URI uri = URI.create(this.base + "/model/" + SdkHttpUtils.urlEncode(modelId) + "/" + this.operation);
		if (this.cache.size() < MOST_CACHED) {
			this.cache.put(modelId, uri);
		}
		return uri;
	}

}
