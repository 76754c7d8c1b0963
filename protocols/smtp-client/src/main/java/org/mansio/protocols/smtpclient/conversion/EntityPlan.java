package org.mansio.protocols.smtpclient.conversion;

/**
 * What becomes of one entity of a message (RFC 2045 §2.4).
 *
 * @param eightBit whether its own octets, in a leaf, go beyond ASCII
 */
record EntityPlan(Treatment treatment, boolean eightBit) {
  /** What is done with an entity's body. */
  enum Treatment {
    /** Holds other entities, which have plans of their own. */
    COMPOSITE,
    /** Its octets stay. */
    COPY,
    QUOTED_PRINTABLE,
    BASE64
  }

  static final EntityPlan OF_COMPOSITE = new EntityPlan(Treatment.COMPOSITE, false);

  boolean isEncoded() {
    return treatment == Treatment.QUOTED_PRINTABLE || treatment == Treatment.BASE64;
  }
}
