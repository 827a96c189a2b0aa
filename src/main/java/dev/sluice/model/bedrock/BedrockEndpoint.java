package dev.sluice.model.bedrock;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.endpoint.AwsClientEndpointProvider;
import software.amazon.awssdk.awscore.endpoint.DualstackEnabledProvider;
import software.amazon.awssdk.awscore.endpoint.FipsEnabledProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.bedrockruntime.endpoints.BedrockRuntimeEndpointProvider;

/**
 * Where Bedrock is, by the SDK's settings and rules.
 *
 * @param uri scheme, host, port and perhaps a base path
 * @param local whether the endpoint was set to one on this machine, where there is no AWS
 */
record BedrockEndpoint(URI uri, Region region, boolean local) {

	static BedrockEndpoint resolve() {
		Supplier<ProfileFile> profiles = ProfileFile::defaultProfileFile;
		String profile = ProfileFileSystemSetting.AWS_PROFILE.getStringValueOrThrow();
		Optional<URI> override = AwsClientEndpointProvider.builder()
			.serviceEndpointOverrideEnvironmentVariable("AWS_ENDPOINT_URL_BEDROCK_RUNTIME")
			.serviceEndpointOverrideSystemProperty("aws.endpointUrlBedrockRuntime")
			.serviceProfileProperty("bedrock_runtime")
			.profileFile(profiles)
			.profileName(profile)
			.resolveFromOverrides();
		boolean local = override.map(URI::getHost).map(BedrockEndpoint::isLoopback).orElse(false);
		Region region = region(override.isPresent(), local);
		boolean fips = FipsEnabledProvider.builder()
			.profileFile(profiles)
			.profileName(profile)
			.build()
			.isFipsEnabled()
			.orElse(false);
		boolean dualstack = DualstackEnabledProvider.builder()
			.profileFile(profiles)
			.profileName(profile)
			.build()
			.isDualstackEnabled()
			.orElse(false);
		URI uri = BedrockRuntimeEndpointProvider.defaultProvider()
			.resolveEndpoint((params) -> params.region(region)
				.useFips(fips)
				.useDualStack(dualstack)
				.endpoint(override.map(URI::toString).orElse(null)))
			.join()
			.url();
		return new BedrockEndpoint(uri, region, local);
	}

	/** The default chain ends at the instance metadata service, a network call. */
	private static Region region(boolean overridden, boolean local) {
		AwsRegionProvider chain = local
				? new AwsRegionProviderChain(new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
				: new DefaultAwsRegionProviderChain();
		try {
			@Nullable Region region = chain.getRegion();
			if (region != null) {
				return region;
			}
		}
		catch (SdkClientException ex) {
			if (!overridden) {
				throw new IllegalStateException("No AWS region is set for Bedrock: set AWS_REGION", ex);
			}
		}
		return Region.US_EAST_1;
	}

	private static boolean isLoopback(String host) {
		try {
			return host.equalsIgnoreCase("localhost")
					|| isAddress(host) && InetAddress.getByName(host).isLoopbackAddress();
		}
		catch (UnknownHostException _) {
			return false;
		}
	}

	/** Keeps a name from being looked up. */
	private static boolean isAddress(String host) {
		return host.startsWith("[") || host.chars().allMatch((letter) -> letter == '.' || Character.isDigit(letter));
	}

}
