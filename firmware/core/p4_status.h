// What a function of the core can say. Each function's comment lists the
// values it returns; no other value ever comes out of it.
#ifndef P4_STATUS_H
#define P4_STATUS_H

typedef enum p4_status {
    P4_OK,
    P4_NO_MEMORY, // nothing free that is large enough
    P4_NOT_OWNED, // no allocated block there
    P4_DAMAGED,   // bookkeeping was overwritten, by a wild store as a rule
    P4_LINK_LOST, // the host went away
} p4_status;

#endif
