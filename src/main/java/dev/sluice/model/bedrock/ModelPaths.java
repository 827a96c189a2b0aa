package dev.sluice.model.bedrock;

import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import software.amazon.awssdk.utils.http.SdkHttpUtils;

/** The addresses of one operation, by model; a model id is one segment of the path. */
final class ModelPaths {

	private static final int MOST_CACHED = 1_000;

	/**
	 * One model's address.
	 *
	 * @param canonical the path as Signature Version 4 wants it, encoded twice
	 */
	record Address(URI uri, String canonical) {

		private static Address of(URI uri) {
			return new Address(uri,
					Arrays.stream(uri.normalize().getRawPath().split("/", -1))
						.map(SdkHttpUtils::urlEncode)
						.collect(Collectors.joining("/")));
		}

	}

	private final Map<String, Address> cache = new ConcurrentHashMap<>();

	private final String base;

	private final String operation;

	ModelPaths(URI endpoint, String operation) {
		String base = endpoint.toString();
		this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
		this.operation = operation;
	}

	Address of(String modelId) {
		Address known = this.cache.get(modelId);
		if (known != null) {
			return known;
		}
		Address address = Address
			.of(URI.create(this.base + "/model/" + SdkHttpUtils.urlEncode(modelId) + "/" + this.operation));
		if (this.cache.size() < MOST_CACHED) {
			this.cache.put(modelId, address);
		}
		return address;
	}

}
