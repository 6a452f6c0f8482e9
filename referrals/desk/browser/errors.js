/** What can go wrong with a sealed file: the classes and codes of referrals/errors.py, worded under `js.error.<code>`. */

/**
 * @typedef {"not_sealed"|"damaged"|"not_for_you"|"other_partner"|"not_trusted"|"too_new"|"malformed"|"recipient"|"identity"
 *   |"words"|"no_passkey"|"other_key"|"offline"|"conflict"|"referral"} Code
 */

/** The referral could not be handled. Holds a code and the name of a part of the format, never what stood there. */
export class ReferralError extends Error {
  /** @param {Code} code @param {string} [place] */
  constructor(code, place = "") {
    super(place ? `${code} (${place})` : code);
    this.name = "ReferralError";
    /** @readonly */ this.code = code;
    /** @readonly */ this.place = place;
  }
}

/**
 * What went wrong, as a ReferralError: whatever is none is said as the general one, so that no message of a library is shown.
 * @param {unknown} error @returns {ReferralError}
 */
export function told(error) {
  return error instanceof ReferralError ? error : new ReferralError("referral");
}
