// One Python exception for each row of spec/errors.def.
#include "bind.hpp"

#include "p4jit/base/text.hpp"

#include <nanobind/stl/string.h>

#include <array>
#include <string>

#include <cxxabi.h>
#include <unistd.h>

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

nb::list backtrace_of(const Fault& fault) {
    nb::list levels;
    for (const auto& level : fault.backtrace) {
        nb::dict entry;
        entry["pc"] = level.pc;
        entry["function"] = to_str(level.function);
        entry["file"] = to_str(level.file);
        entry["line"] = level.line;
        levels.append(entry);
    }
    return levels;
}

/// An instance of p4jit.DeviceFault with what is known of the crash.
nb::object device_fault(const DeviceFault& error) {
    const auto instance = nb::handle(classes[static_cast<std::size_t>(error.kind())])(to_str(error.what()));
    const auto* fault = error.fault();
    const bool known = fault != nullptr;
    instance.attr("cause") = known ? to_str(fault->cause) : nb::none();
    instance.attr("pc") = known ? nb::object(nb::int_(fault->pc)) : nb::none();
    instance.attr("address") = known ? nb::object(nb::int_(fault->address)) : nb::none();
    instance.attr("place") = to_str(known ? fault->place : std::string());
    instance.attr("backtrace") = known ? backtrace_of(*fault) : nb::list();
    nb::dict registers;
    for (std::size_t i = 0; known && i < fault->registers.size(); ++i)
        registers[Fault::register_name(i)] = fault->registers[i];
    instance.attr("registers") = registers;
    // A function that pickle knows: exceptions go from process to process.
    const auto text = to_str(known ? fault->dump() : std::string());
    instance.attr("dump") = nb::module_::import_("functools").attr("partial")(nb::handle(&PyUnicode_Type), text);
    return instance;
}

void translate(const std::exception_ptr& thrown, void*) {
    try {
        std::rethrow_exception(thrown);
    } catch (const DeviceFault& error) {
        const auto instance = device_fault(error);
        PyErr_SetObject(nb::handle(instance.type()).ptr(), instance.ptr());
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

namespace {

[[noreturn]] void wait_for_the_end() {
    for (;;) ::pause();
}

} // namespace

Gil::Gil() {
    try {
        state_ = PyGILState_Ensure();
    } catch (const abi::__forced_unwind&) {
        wait_for_the_end();
    }
}

WithoutGil::~WithoutGil() {
    try {
        PyEval_RestoreThread(state_);
    } catch (const abi::__forced_unwind&) {
        wait_for_the_end();
    }
}

bool interrupted() {
    const Gil gil;
    if (PyErr_CheckSignals() == 0) return false;
    // KeyboardInterrupt is pending; ours, which says what was stopped, follows.
    PyErr_Clear();
    return true;
}

} // namespace p4jit::python
