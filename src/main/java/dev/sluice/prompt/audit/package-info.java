/**
 * The audit trail: one record per generation and per change, hash-chained by each writer,
 * kept on disk until DynamoDB has it. Start with
 * {@link dev.sluice.prompt.audit.AuditTrail}, which takes records, and
 * {@link dev.sluice.prompt.audit.AuditLog}, which reads them.
 *
 * <p>
 * It is open because a closed module within another is hidden from all but its
 * neighbours, and orchestration and doors call it. What they may not call is not public.
 */
@ApplicationModule(displayName = "Audit", type = ApplicationModule.Type.OPEN,
		allowedDependencies = { "prompt.terms", "store", "model::message" })
@NullMarked
package dev.sluice.prompt.audit;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
