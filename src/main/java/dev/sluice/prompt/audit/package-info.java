/**
 * The audit trail: one record per generation and per change, hash-chained by each writer,
 * kept on disk until DynamoDB has it. Start with
 * {@link dev.sluice.prompt.audit.AuditTrail}, which takes records, and
 * {@link dev.sluice.prompt.audit.AuditLog}, which reads them.
 */
@ApplicationModule(displayName = "Audit", allowedDependencies = { "prompt.terms", "store", "model::message" })
@NullMarked
package dev.sluice.prompt.audit;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
