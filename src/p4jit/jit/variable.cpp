#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/jit/state.hpp"
#include "p4jit/jit/wanted.hpp"

#include <fmt/format.h>

namespace p4jit {

using namespace jit;
using dwarf::TypeKind;

namespace {

/// const itself, or an array of const elements.
bool is_const_type(dwarf::Type type) {
    for (;; type = type.target()) switch (type.kind()) {
        case TypeKind::const_: return true;
        case TypeKind::typedef_:
        case TypeKind::volatile_:
        case TypeKind::restrict_:
        case TypeKind::atomic:
        case TypeKind::array: break;
        default: return false;
        }
}

/// What the array's elements are, through all dimensions.
dwarf::Type element_of(dwarf::Type type) {
    while (type.resolved().kind() == TypeKind::array) type = type.resolved().target();
    return type;
}

bool is_named(const dwarf::Variable& variable, const std::string& name, int how) {
    return name == (how == 0 ? variable.qualified_name : how == 1 ? variable.symbol : variable.name);
}

} // namespace

const dwarf::Variable& Variable::declared() const { return module_->variables[index_]; }
const std::string& Variable::name() const { return declared().qualified_name; }
const dwarf::Type& Variable::type() const { return declared().type; }
bool Variable::is_const() const { return is_const_type(type()); }
std::string Variable::spelling() const { return type().declaration(name()); }

std::uint32_t Variable::address() const {
    module_->check_alive();
    return module_->image->address(*module_->image->plan.find(declared().symbol));
}

Variable::operator Argument() const { return DeviceAddress{address(), module_->device.get()}; }

/// An "extern int x[];" has no size in its type, but what defines it may have.
std::uint32_t Variable::size() const { return static_cast<std::uint32_t>(type().size()); }

void Variable::check_range(std::uint32_t offset, std::size_t bytes) const {
    if (offset <= size() && bytes <= size() - offset) return;
    throw AccessDenied(
        fmt::format("bytes {} to {} are not inside {}, which has {}", offset, offset + bytes, spelling(), size()));
}

void Variable::read(MutableBytes into, std::uint32_t offset) const {
    check_range(offset, into.size());
    module_->device->session().read(address() + offset, into);
}

void Variable::check_writable() const {
    if (is_const())
        throw AccessDenied(fmt::format("{} is const: the compiler may have put its value into the code. Remove "
                                       "'const' to change it from the host",
                                       spelling()));
}

void Variable::write(ByteView bytes, std::uint32_t offset) {
    check_range(offset, bytes.size());
    check_writable();
    module_->device->session().write(address() + offset, bytes);
}

Memory Variable::memory() const {
    module_->check_alive();
    const auto& all = address() - module_->code->address() < module_->code->size() ? module_->code : module_->data;
    return all->borrowed();
}

std::uint32_t Variable::offset() const { return address() - memory().address(); }

void Variable::check_type(ScalarType wanted, bool is_array) const {
    const auto actual = ScalarType::of(is_array ? element_of(type()) : type());
    if (actual != wanted)
        throw ArgumentTypeError(
            fmt::format("{} is not {}{}", spelling(), is_array ? "an array of " : "a ", wanted.spelling()));
}

std::vector<std::string> Module::variables() const {
    std::vector<std::string> names;
    for (const auto& variable : state_->variables) names.push_back(variable.qualified_name);
    return names;
}

Variable Module::variable(const std::string& name) const {
    state_->check_alive();
    const auto& variables = state_->variables;
    for (const int how : {0, 1, 2}) {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < variables.size(); ++i)
            if (is_named(variables[i], name, how)) found.push_back(i);
        if (found.size() == 1) return Variable(state_, found.front());
        if (found.size() < 2) continue;
        std::vector<std::string> names;
        for (const auto index : found) names.push_back(variables[index].qualified_name);
        throw VariableNotFound(fmt::format("there are several variables '{}' in {}: {}. Ask for one by that name.",
                                           name, state_->name, join(names, ", ")));
    }
    const auto there = this->variables();
    auto message = fmt::format("no global variable '{}' in {}.", name, state_->name);
    message += there.empty() ? " It has none." : " It has: " + listed(there) + ".";
    if (const auto near = nearest(name, there); !near.empty()) message += fmt::format(" Did you mean '{}'?", near);
    throw VariableNotFound(message);
}

} // namespace p4jit
