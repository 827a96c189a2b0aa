/**
 * How AWS is found: region, endpoint and credentials by the AWS SDK's own settings, and
 * without a packet for what runs on this machine. Start with
 * {@link dev.sluice.aws.AwsEndpoint}.
 */
@ApplicationModule(displayName = "AWS", allowedDependencies = {})
@NullMarked
package dev.sluice.aws;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
