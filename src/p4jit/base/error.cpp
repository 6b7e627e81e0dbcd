#include "p4jit/base/error.hpp"

namespace p4jit {

std::string_view name(ErrorKind kind) {
    switch (kind) {
#define ERROR_KIND(Name, python_bases, meaning)                                                                        \
    case ErrorKind::Name:                                                                                              \
        return #Name;
#include "spec/errors.def"
#undef ERROR_KIND
    }
    return "?";
}

} // namespace p4jit
