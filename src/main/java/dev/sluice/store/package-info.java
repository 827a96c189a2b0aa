/**
 * DynamoDB: one client whose calls end in about a second, and the tables, which one
 * CloudFormation file defines for production, development and tests alike. What is in a
 * table belongs to the module that reads it. Start with
 * {@link dev.sluice.store.DynamoStore}.
 */
@ApplicationModule(displayName = "Store", allowedDependencies = { "aws" })
@NullMarked
package dev.sluice.store;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
