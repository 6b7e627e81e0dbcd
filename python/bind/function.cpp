// Module and Function.
#include "arguments.hpp"
#include "dtypes.hpp"

#include <fmt/format.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

namespace p4jit::python {

namespace {

double seconds(std::chrono::nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

std::chrono::nanoseconds duration(double timeout) {
    if (const auto given = duration_of_seconds(timeout)) return *given;
    throw UsageError(fmt::format("timeout={:g}: give seconds, more than 0, or None for no limit", timeout));
}

std::string describe(const CallStats& stats) {
    const auto mhz = static_cast<double>(stats.cpu_hz) / 1e6;
    const auto microseconds = mhz == 0 ? 0.0 : static_cast<double>(stats.cycles) / mhz;
    return fmt::format("<CallStats {} cycles, {:.3f} us at {:g} MHz; {:.0f} us on the host>", stats.cycles,
                       microseconds, mhz, seconds(stats.host_time) * 1e6);
}

nb::object call(Function& function, nb::args values, bool strict, bool sync_arrays, std::optional<double> timeout) {
    CallOptions options{.timeout = {}, .sync_arrays = sync_arrays};
    if (timeout) options.timeout = duration(*timeout);
    const PythonArguments arguments(function, values, strict);
    Result result;
    {
        const WithoutGil release;
        result = function(arguments.values(), options);
    }
    return to_python(result);
}

/// Name and type of each parameter, as C spells them.
nb::list parameters(const Function& function) {
    nb::list all;
    for (const auto& parameter : function.signature().parameters)
        all.append(nb::make_tuple(to_str(parameter.name), to_str(parameter.type.spelling())));
    return all;
}

/// Of each parameter: is it a pointer behind which nothing changes?
nb::list points_to_const(const Function& function) {
    nb::list all;
    for (const auto& parameter : function.plan().parameters) all.append(parameter.points_to_const);
    return all;
}

nb::object dtype_in_function(const Function& function, const std::string& name) {
    const auto& signature = function.signature();
    std::vector<dwarf::Type> types{signature.result};
    for (const auto& parameter : signature.parameters) types.push_back(parameter.type);
    return dtype_named(types, name, signature.spelling());
}

nb::object dtype_in_module(const Module& module, const std::string& name) {
    return dtype_named(module.types(), name, "the module");
}

} // namespace

void bind_function(nb::module_& module) {
    nb::class_<CallStats>(module, "CallStats", "What a call took.")
        .def_ro("cycles", &CallStats::cycles, "Cycles of the function alone.")
        .def_ro("cpu_hz", &CallStats::cpu_hz, "The clock they are counted with, in Hz.")
        .def_prop_ro(
            "seconds",
            [](const CallStats& stats) {
                return stats.cpu_hz == 0 ? 0.0 : static_cast<double>(stats.cycles) / static_cast<double>(stats.cpu_hz);
            },
            "Time of the function on the device.")
        .def_ro("round_trips", &CallStats::round_trips, "Requests to the device that were waited for.")
        .def_prop_ro(
            "host_seconds", [](const CallStats& stats) { return seconds(stats.host_time); },
            "Time from call to result.")
        .def("__repr__", describe);

    nb::class_<Function>(module, "Function")
        .def("call", call, nb::arg("args"), nb::arg("strict"), nb::arg("sync_arrays"), nb::arg("timeout").none())
        .def("dtype", dtype_in_function, nb::arg("name"))
        .def_prop_ro("name", &Function::name)
        .def_prop_ro("signature", [](const Function& function) { return to_str(function.signature().spelling()); })
        .def_prop_ro("result", [](const Function& function) { return to_str(function.signature().result.spelling()); })
        .def_prop_ro("parameters", parameters)
        .def_prop_ro("points_to_const", points_to_const)
        .def_prop_ro("address", &Function::address)
        .def_prop_ro("entry_address", &Function::entry_address)
        .def_prop_ro("arguments_address", &Function::arguments_address)
        .def_prop_ro("last_call", &Function::last_call);

    nb::class_<Module>(module, "Module")
        .def("dtype", dtype_in_module, nb::arg("name"))
        .def("function", &Module::function, nb::arg("name"))
        .def("variable", &Module::variable, nb::arg("name"))
        .def_prop_ro("functions", &Module::functions)
        .def_prop_ro("variables", &Module::variables)
        .def_prop_ro("name", [](const Module& m) { return to_str(m.name()); })
        .def("reload", &Module::reload, nb::call_guard<WithoutGil>())
        .def_prop_ro("address", &Module::address)
        .def_prop_ro("size", &Module::size)
        .def_prop_ro("warnings", [](const Module& m) { return to_str(m.warnings()); })
        .def_prop_ro("from_cache", &Module::from_cache)
        .def_prop_ro("compile_seconds", [](const Module& m) { return seconds(m.compile_time()); })
        .def_prop_ro("link_seconds", [](const Module& m) { return seconds(m.link_time()); })
        .def_prop_ro("binary", &Module::binary)
        .def_prop_ro("is_loaded",
                     [](const Module& module) {
                         try {
                             module.address();
                             return true;
                         } catch (const UseAfterFree&) {
                             return false;
                         }
                     })
        .def("free", &Module::free, nb::call_guard<WithoutGil>());
}

} // namespace p4jit::python
