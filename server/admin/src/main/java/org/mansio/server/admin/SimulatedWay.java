package org.mansio.server.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of one part of a mail through the chain.
 *
 * @param id it has nowhere else: no mail of that id exists
 * @param parent the mail whose mailet would send it; null for the simulated mail and its parts
 * @param reversePath as on the wire
 */
public record SimulatedWay(
    String id,
    @Nullable String parent,
    String reversePath,
    List<TraceStep> steps,
    List<SimulatedEnd> ends) {}
