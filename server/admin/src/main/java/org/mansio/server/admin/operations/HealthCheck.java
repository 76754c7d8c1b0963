package org.mansio.server.admin.operations;

import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * One question about one component.
 *
 * @param component its name for operators
 * @param question answers what is wrong and what helps, or nothing when it is up; may block and may throw
 */
public record HealthCheck(String component, Callable<Optional<String>> question) {}
