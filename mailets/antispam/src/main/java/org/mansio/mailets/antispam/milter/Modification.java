package org.mansio.mailets.antispam.milter;

import java.util.Optional;

/** A change of the mail that a milter asks for at the end of a message. Header texts hold an octet in each character. */
sealed interface Modification {
  /** A header field behind all others ({@code SMFIR_ADDHEADER}). */
  record AddHeader(String name, String value) implements Modification {}

  /**
   * A header field at a place ({@code SMFIR_INSHEADER}).
   *
   * @param index how many fields stay above it, the server's own Received counted
   */
  record InsertHeader(int index, String name, String value) implements Modification {}

  /**
   * Another value for a field, or none: then the field goes ({@code SMFIR_CHGHEADER}).
   *
   * @param index which field of that name, the topmost is 1
   */
  record ChangeHeader(int index, String name, String value) implements Modification {}

  /** The next piece of a new body ({@code SMFIR_REPLBODY}). */
  record ReplaceBody(byte[] octets) implements Modification {}

  /** Another recipient ({@code SMFIR_ADDRCPT}, {@code SMFIR_ADDRCPT_PAR}). @param parameters as at RCPT */
  record AddRecipient(String path, Optional<String> parameters) implements Modification {}

  /** One recipient less ({@code SMFIR_DELRCPT}). */
  record DeleteRecipient(String path) implements Modification {}

  /** Another reverse-path ({@code SMFIR_CHGFROM}). @param parameters as at MAIL */
  record ChangeSender(String path, Optional<String> parameters) implements Modification {}

  /** The mail is to be kept from its recipients for now ({@code SMFIR_QUARANTINE}). */
  record Quarantine(String reason) implements Modification {}
}
