#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <hindsight/data/safetensors.hpp>
#include <hindsight/error.hpp>

#include "base/atomic_file.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/read_file.hpp"

namespace hindsight::data {
namespace {

static_assert(std::endian::native == std::endian::little,
              "numbers are stored little-endian, and copied as they are");

constexpr std::size_t length_bytes = 8;
constexpr std::uint64_t longest_header = 100'000'000;  // the format's own limit

struct DTypeName {
  DType dtype;
  const char* name;
};
constexpr std::array<DTypeName, 4> dtype_names{
    {{float32, "F32"}, {float64, "F64"}, {int64, "I64"}, {boolean, "BOOL"}}};

const char* name_of(DType dtype) {
  return std::find_if(dtype_names.begin(), dtype_names.end(),
                      [&](const auto& entry) { return entry.dtype == dtype; })
      ->name;
}

std::size_t bytes_of(const Array& array) {
  return static_cast<std::size_t>(array.elements()) * size_of(array.dtype());
}

std::string little_endian(std::uint64_t value) {
  std::string bytes;
  for (std::size_t i = 0; i < length_bytes; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
  return bytes;
}

/// Where a tensor's numbers lie behind the header, and what they are.
struct Entry {
  std::string name;
  DType dtype = float32;
  Shape shape;
  std::size_t begin = 0, end = 0;
};

/// The product of the lengths; nothing when it, or what a zero hides of it, is beyond all memory: in a
/// hostile file it could overflow to the right number.
std::optional<std::uint64_t> elements_of(std::span<const std::uint64_t> shape) {
  constexpr std::uint64_t most = std::uint64_t{1} << 48;
  std::uint64_t product = 1;
  for (const std::uint64_t length : shape) {
    if (length > most / product) return {};
    product *= std::max<std::uint64_t>(length, 1);
  }
  return std::find(shape.begin(), shape.end(), 0U) == shape.end() ? product : 0;
}

/// Takes a file apart. What the header claims is not believed before it is checked: it may come from
/// anywhere.
class Reader {
 public:
  Reader(std::string_view bytes, const std::string& source) : source_(source), data_(bytes) {}

  Safetensors read() {
    const Json header = take_header();
    Safetensors content;
    std::vector<Entry> entries;
    for (const auto& [name, facts] : header.items()) {
      if (name == "__metadata__")
        content.metadata = read_metadata(facts);
      else
        entries.push_back(read_entry(name, facts));
    }
    require_no_holes(entries);
    for (const Entry& entry : entries) content.tensors.emplace(entry.name, tensor_of(entry));
    return content;
  }

 private:
  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> text, Args&&... args) const {
    fail<FileError>("{} is no valid safetensors file: {}", source_,
                    formatted(text, std::forward<Args>(args)...));
  }

  /// Cuts the header off, so that data_ is what follows it.
  Json take_header() {
    if (data_.size() < length_bytes) refuse("it has {} bytes, and begins with a length of 8", data_.size());
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i)
      length |= static_cast<std::uint64_t>(static_cast<unsigned char>(data_[i])) << (8 * i);
    data_.remove_prefix(length_bytes);
    if (length > longest_header || length > data_.size())
      refuse("its header of {} bytes does not fit into the file", length);
    const std::string_view text = data_.substr(0, static_cast<std::size_t>(length));
    data_.remove_prefix(text.size());
    Json header = parse_json(text, source_);
    if (!header.is_object()) refuse("its header is no JSON object");
    return header;
  }

  std::map<std::string, std::string> read_metadata(const Json& facts) const {
    std::map<std::string, std::string> metadata;
    if (!facts.is_object()) refuse("\"__metadata__\" is no JSON object");
    for (const auto& [key, value] : facts.items()) {
      if (!value.is_string()) refuse("\"__metadata__\" holds texts only, and \"{}\" is none", key);
      metadata.emplace(key, value.get<std::string>());
    }
    return metadata;
  }

  /// The whole numbers, 0 or more, of a JSON array.
  std::vector<std::uint64_t> read_counts(const std::string& name, const Json& facts, const char* key) const {
    std::vector<std::uint64_t> counts;
    const auto found = facts.find(key);
    if (found == facts.end() || !found->is_array()) refuse("tensor \"{}\" has no \"{}\"", name, key);
    for (const Json& value : *found) {
      if (!value.is_number_unsigned()) refuse("tensor \"{}\": \"{}\" is {}", name, key, found->dump());
      counts.push_back(value.get<std::uint64_t>());
    }
    return counts;
  }

  DType read_dtype(const std::string& name, const Json& facts) const {
    const auto found = facts.find("dtype");
    if (found == facts.end() || !found->is_string()) refuse("tensor \"{}\" has no \"dtype\"", name);
    const std::string text = found->get<std::string>();
    for (const auto& [dtype, known] : dtype_names)
      if (text == known) return dtype;
    fail<FileError>("{}: tensor \"{}\" is {}, and only F32, F64, I64 and BOOL can be read; convert it",
                    source_, name, text);
  }

  Entry read_entry(const std::string& name, const Json& facts) const {
    if (!facts.is_object()) refuse("tensor \"{}\" is no JSON object", name);
    Entry entry{name, read_dtype(name, facts), {}};
    const std::vector<std::uint64_t> offsets = read_counts(name, facts, "data_offsets");
    if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data_.size())
      refuse("the range of tensor \"{}\" does not lie in its {} bytes of numbers", name, data_.size());
    entry.begin = static_cast<std::size_t>(offsets[0]);
    entry.end = static_cast<std::size_t>(offsets[1]);

    const std::vector<std::uint64_t> shape = read_counts(name, facts, "shape");
    const std::optional<std::uint64_t> elements = elements_of(shape);
    const std::uint64_t bytes = offsets[1] - offsets[0];
    if (!elements || *elements != bytes / size_of(entry.dtype) || bytes % size_of(entry.dtype) != 0)
      refuse("tensor \"{}\" of shape [{}] does not fill its range of {} bytes", name, joined(shape, ", "),
             bytes);
    for (const std::uint64_t length : shape) entry.shape.push_back(static_cast<std::int64_t>(length));
    return entry;
  }

  void require_no_holes(std::vector<Entry> entries) const {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::size_t at = 0;
    for (const Entry& entry : entries) {
      if (entry.begin != at)
        refuse("tensor \"{}\" begins at byte {} of the numbers, and the one before it ends at {}", entry.name,
               entry.begin, at);
      at = entry.end;
    }
    if (at != data_.size()) refuse("{} bytes follow the last tensor", data_.size() - at);
  }

  Tensor tensor_of(const Entry& entry) const {
    Array array(entry.shape, entry.dtype);
    const std::string_view numbers = data_.substr(entry.begin, entry.end - entry.begin);
    if (entry.dtype == boolean &&
        numbers.find_first_not_of(std::string_view("\0\1", 2)) != std::string_view::npos)
      refuse("tensor \"{}\" is BOOL, and has bytes that are neither 0 nor 1", entry.name);
    if (!numbers.empty()) std::memcpy(array.storage().data(), numbers.data(), numbers.size());
    return Tensor(std::move(array));
  }

  const std::string& source_;
  std::string_view data_;
};

}  // namespace

std::string safetensors_bytes(const Safetensors& content) {
  // The widest first, so that every tensor starts at a multiple of its element's size.
  std::vector<std::pair<std::string, Array>> tensors;
  for (const auto& [name, tensor] : content.tensors) tensors.emplace_back(name, tensor.array().contiguous());
  std::stable_sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) {
    return size_of(a.second.dtype()) > size_of(b.second.dtype());
  });

  Json header = Json::object();
  if (!content.metadata.empty()) header["__metadata__"] = content.metadata;
  std::size_t end = 0;
  for (const auto& [name, array] : tensors) {
    const std::size_t begin = end;
    end += bytes_of(array);
    header[name] = {{"dtype", name_of(array.dtype())},
                    {"shape", std::vector<std::int64_t>(array.shape().begin(), array.shape().end())},
                    {"data_offsets", {begin, end}}};
  }
  std::string text = dump_json(header);
  text.append((length_bytes - text.size() % length_bytes) % length_bytes, ' ');

  std::string bytes = little_endian(text.size()) + text;
  bytes.reserve(bytes.size() + end);
  for (const auto& [name, array] : tensors)
    bytes.append(reinterpret_cast<const char*>(array.storage().data()) +
                     static_cast<std::size_t>(array.offset()) * size_of(array.dtype()),
                 bytes_of(array));
  return bytes;
}

void write_safetensors(const std::string& path, const Safetensors& content) {
  write_file(path, safetensors_bytes(content));
}

Safetensors parse_safetensors(std::string_view bytes, const std::string& source) {
  return Reader(bytes, source).read();
}

Safetensors read_safetensors(const std::string& path) { return parse_safetensors(read_file(path), path); }

}  // namespace hindsight::data
