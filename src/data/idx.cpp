// IDX: two bytes 0, a type, the number of axes, their lengths (32 bits, big-endian), the numbers
// (big-endian).
#include <algorithm>
#include <cstring>

#include <hindsight/data/idx.hpp>
#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "base/read_file.hpp"

namespace hindsight::data {
namespace {

std::uint64_t big_endian(const char* bytes, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < count; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

/// How one number lies in the file: so many bytes of an integer, with a sign or not, or of a floating one.
struct Number {
  std::size_t bytes;
  bool is_signed, floats;

  template <class To>
  To read(const char* from) const {
    const std::uint64_t bits = big_endian(from, bytes);
    if (floats && bytes == 4) return static_cast<To>(reinterpreted<float>(static_cast<std::uint32_t>(bits)));
    if (floats) return static_cast<To>(reinterpreted<double>(bits));
    const std::uint64_t sign = is_signed ? std::uint64_t{1} << (8 * bytes - 1) : 0;
    return static_cast<To>(static_cast<std::int64_t>(bits ^ sign) - static_cast<std::int64_t>(sign));
  }

 private:
  template <class To, class Bits>
  static To reinterpreted(Bits bits) {
    static_assert(sizeof(To) == sizeof(Bits));
    To number;
    std::memcpy(&number, &bits, sizeof number);
    return number;
  }
};

Number number_of(unsigned char type, const std::string& source) {
  switch (type) {
    case 0x08:
      return {1, false, false};
    case 0x09:
      return {1, true, false};
    case 0x0B:
      return {2, true, false};
    case 0x0C:
      return {4, true, false};
    case 0x0D:
      return {4, true, true};
    case 0x0E:
      return {8, true, true};
    default:
      fail<FileError>(
          "\"{}\" is no IDX file: its type of numbers is {}, and there are 8, 9, 11, 12, 13 and 14", source,
          static_cast<int>(type));
  }
}

void require_idx(std::string_view bytes, const std::string& source) {
  if (bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b')
    fail<FileError>("\"{}\" is packed by gzip; unpack it with gunzip, and read what comes out", source);
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0)
    fail<FileError>("\"{}\" is no IDX file: it does not begin with two bytes 0, a type and a number of axes",
                    source);
}

}  // namespace

Tensor parse_idx(std::string_view bytes, const std::string& source, DType dtype) {
  if (dtype == boolean)
    throw ValueError("read_idx: reads numbers, and bool was asked for; compare them after");
  require_idx(bytes, source);
  const Number number = number_of(static_cast<unsigned char>(bytes[2]), source);
  const std::size_t axes = static_cast<unsigned char>(bytes[3]), header = 4 + 4 * axes;
  if (bytes.size() < header) fail<FileError>("\"{}\" ends within the lengths of its {} axes", source, axes);
  Shape shape;
  for (std::size_t i = 0; i < axes; ++i)
    shape.push_back(static_cast<std::int64_t>(big_endian(bytes.data() + 4 + 4 * i, 4)));
  const auto there = static_cast<std::int64_t>((bytes.size() - header) / number.bytes);
  std::int64_t rest = there;  // divided by each length, so that no product can overflow
  bool fits = (bytes.size() - header) % number.bytes == 0;
  for (const std::int64_t length : shape) {
    fits = fits && length > 0 && rest % length == 0;
    rest = length > 0 ? rest / length : rest;
  }
  const bool empty = std::count(shape.begin(), shape.end(), 0) > 0;
  if (empty ? bytes.size() != header : !fits || rest != 1)
    fail<FileError>("\"{}\" has shape {} by its header, and {} bytes of numbers of {} byte{} each", source,
                    shape.str(), bytes.size() - header, number.bytes, number.bytes == 1 ? "" : "s");
  Array array(shape, dtype);
  const char* from = bytes.data() + header;
  const auto fill = [&](auto zero) {
    using T = decltype(zero);
    T* to = array.mutable_data<T>();
    for (std::int64_t i = 0; i < array.elements(); ++i, from += number.bytes) to[i] = number.read<T>(from);
  };
  dtype == float32 ? fill(float{}) : dtype == float64 ? fill(double{}) : fill(std::int64_t{});
  return Tensor(std::move(array));
}

Tensor read_idx(const std::string& path, DType dtype) { return parse_idx(read_file(path), path, dtype); }

}  // namespace hindsight::data
