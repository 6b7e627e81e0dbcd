// One Python exception for each row of spec/errors.def.
#include "bind.hpp"

#include "p4jit/base/text.hpp"

#include <array>
#include <string>

namespace p4jit::python {

namespace {

struct Kind {
    const char *name, *bases, *meaning;
};

constexpr std::array kinds = {
#define ERROR_KIND(Name, python_bases, meaning) Kind{#Name, python_bases, meaning},
#include "spec/errors.def"
#undef ERROR_KIND
};

/// Exception classes by ErrorKind; owned by the module.
std::array<PyObject*, kinds.size()> classes;

/// p4jit.Error and the built-in exceptions that the row names. Ctrl-C is no
/// p4jit.Error, so that "except Exception" does not swallow it.
nb::object bases_of(const Kind& kind, nb::handle error) {
    nb::list bases;
    if (std::string_view(kind.bases) != "KeyboardInterrupt") bases.append(error);
    const auto builtins = nb::module_::import_("builtins");
    for (const auto name : split(kind.bases, ',')) bases.append(builtins.attr(std::string(trim(name)).c_str()));
    return nb::tuple(bases);
}

void translate(const std::exception_ptr& thrown, void*) {
    try {
        std::rethrow_exception(thrown);
    } catch (const Error& error) {
        PyErr_SetObject(classes[static_cast<std::size_t>(error.kind())], to_str(error.what()).ptr());
    }
}

} // namespace

void bind_errors(nb::module_& module) {
    const auto error = nb::steal(PyErr_NewExceptionWithDoc(
        "p4jit.Error", "Base of everything that P4-JIT raises, besides KeyboardInterrupt.", nullptr, nullptr));
    module.attr("Error") = error;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const auto bases = bases_of(kinds[i], error);
        const auto name = std::string("p4jit.") + kinds[i].name;
        classes[i] = PyErr_NewExceptionWithDoc(name.c_str(), kinds[i].meaning, bases.ptr(), nullptr);
        if (classes[i] == nullptr) throw nb::python_error();
        module.attr(kinds[i].name) = nb::borrow(classes[i]);
    }
    nb::register_exception_translator(translate);
}

bool interrupted() {
    const nb::gil_scoped_acquire gil;
    if (PyErr_CheckSignals() == 0) return false;
    // KeyboardInterrupt is pending; ours, which says what was stopped, follows.
    PyErr_Clear();
    return true;
}

} // namespace p4jit::python
