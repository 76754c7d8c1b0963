package org.mansio.server.admin;

import java.util.List;

/**
 * What the chain would make of a mail.
 *
 * @param ways of the mail and its parts, then of mails that mailets would send on the way
 * @param missing recipients that no way ends with: they went on in the place of another, or were taken out
 * @param complete whether the mails sent were all followed
 */
public record SimulationView(List<SimulatedWay> ways, List<String> missing, boolean complete) {}
