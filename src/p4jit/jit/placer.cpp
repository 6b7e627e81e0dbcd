#include "p4jit/jit/placer.hpp"

#include "p4jit/base/bits.hpp"
#include "p4jit/jit/thunk.hpp"
#include "p4jit/link/relocate.hpp"

#include <algorithm>

namespace p4jit::jit {

namespace {

class Placer {
public:
    Placer(ModuleState& module, const LoadOptions& options)
        : module_(module), image_(*module.image), options_(options) {}

    void run() {
        image_.thunks = {image_.plan.make_room(size_of_thunks()), size_of_thunks()};
        allocate();
        // Beyond this point every address is final.
        image_.bytes = link::relocate(image_.plan, image_.addresses);
        fill_thunks();
        place_again(module_);
    }

private:
    void allocate() {
        const auto& plan = image_.plan;
        auto& device = *module_.device;
        const auto alignment = std::max({plan.alignment(), options_.alignment, 4u});
        const auto before_data = plan.bytes_before_data(), data_at = plan.part(link::Part::data).offset;
        const bool is_together = options_.code_caps == options_.data_caps || data_at == plan.size();
        module_.code =
            device.allocate(is_together ? plan.size() : std::max(data_at, 4u), options_.code_caps, alignment);
        image_.addresses = plan.together(module_.code->address());
        if (!is_together) {
            module_.data = device.allocate(plan.size() - before_data, options_.data_caps, alignment);
            image_.addresses.data = module_.data->address();
        }
        module_.block = {size_of_block(), options_.data_caps, std::max(options_.alignment, block_alignment)};
        if (!device.session().speaks_v2()) module_.allocate_arguments();
    }

    std::uint32_t size_of_thunks() const {
        std::size_t size = 0;
        for (const auto& function : module_.functions) size += make_thunk(function.plan, 0, block_address(0)).size();
        if (const auto count = image_.plan.initializers().size(); count != 0)
            size += make_call_sequence(std::vector<std::uint32_t>(count)).size();
        return static_cast<std::uint32_t>(size);
    }

    std::uint32_t size_of_block() const {
        std::uint32_t size = 136;
        for (const auto& function : module_.functions) size = std::max(size, function.plan.block_size);
        return size;
    }

    void fill_thunks() {
        const auto block = block_address(module_.arguments ? module_.arguments->address() : 0);
        const bool is_alone = module_.functions.size() == 1;
        for (auto& function : module_.functions) {
            const auto& symbol = function.signature.symbol;
            function.address = function.pointer.empty()
                                   ? image_.address(*image_.plan.find(symbol))
                                   : load_le<std::uint32_t>(&image_.bytes[*image_.plan.find(function.pointer)]);
            function.thunk =
                append(is_alone ? "call_remote" : "call_" + symbol, make_thunk(function.plan, function.address, block));
        }
        std::vector<std::uint32_t> constructors;
        for (const auto offset : image_.plan.initializers())
            constructors.push_back(load_le<std::uint32_t>(&image_.bytes[offset]));
        if (!constructors.empty()) module_.constructors = append("call_constructors", make_call_sequence(constructors));
    }

    /// The address of code that is put behind what is there already.
    std::uint32_t append(std::string name, const Bytes& code) {
        const auto& list = image_.thunk_list;
        const auto at = list.empty() ? image_.thunks.offset : list.back().offset + list.back().size;
        std::ranges::copy(code, image_.bytes.begin() + at);
        image_.thunk_list.push_back({std::move(name), at, static_cast<std::uint32_t>(code.size())});
        return image_.addresses.code + at;
    }

    /// With v1 every call uses the module's block, with v2 it brings its own.
    std::optional<std::uint32_t> block_address(std::uint32_t address) const {
        return module_.device->session().speaks_v2() ? std::nullopt : std::optional(address);
    }

    ModuleState& module_;
    Image& image_;
    const LoadOptions& options_;
};

} // namespace

void place(ModuleState& module, const LoadOptions& options) { Placer(module, options).run(); }

void place_again(ModuleState& module) {
    const ByteView image = module.image->bytes;
    const auto& plan = module.image->plan;
    if (module.data) {
        const auto data_at = plan.part(link::Part::data).offset;
        module.code->write(image.first(data_at));
        module.data->write(image.subspan(data_at), data_at - plan.bytes_before_data());
    } else {
        module.code->write(image);
    }
    if (module.constructors) module.device->session().execute(*module.constructors);
}

} // namespace p4jit::jit
