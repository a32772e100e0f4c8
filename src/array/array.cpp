#include <algorithm>
#include <cstring>
#include <new>

#include <hindsight/array.hpp>
#include <hindsight/error.hpp>

#include "array/strided.hpp"
#include "base/format.hpp"

namespace hindsight {

namespace {

Storage storage_for(const Shape& shape, DType dtype) {
  const std::size_t bytes = static_cast<std::size_t>(shape.checked().elements()) * size_of(dtype);
  try {
    return Storage(bytes);
  } catch (const std::bad_alloc&) {
    fail<MemoryError>("there is not enough memory for shape {} of {}, which takes {} bytes", shape.str(),
                      name(dtype), bytes);
  }
}

}  // namespace

Array::Array(Shape shape, DType dtype)
    : storage_(storage_for(shape, dtype)),
      shape_(std::move(shape)),
      strides_(row_major(shape_)),
      dtype_(dtype) {}

Array::Array(Storage storage, std::int64_t offset, Shape shape, Strides strides, DType dtype)
    : storage_(std::move(storage)),
      offset_(offset),
      shape_(std::move(shape)),
      strides_(std::move(strides)),
      dtype_(dtype) {}

Array Array::abstract(Shape shape, DType dtype) {
  Array array;
  array.strides_ = row_major(shape.checked());
  array.shape_ = std::move(shape);
  array.dtype_ = dtype;
  return array;
}

Array Array::full(Shape shape, double value, DType dtype) {
  Array array(std::move(shape), dtype);
  dispatch(dtype, [&](auto zero) {
    using T = decltype(zero);
    std::fill_n(array.mutable_data<T>(), array.elements(), static_cast<T>(value));
  });
  return array;
}

template <class T>
Array Array::from(std::span<const T> values, Shape shape) {
  if (static_cast<std::int64_t>(values.size()) != shape.checked().elements())
    fail<ShapeError>("{} numbers do not fill shape {}, which has {} elements", values.size(), shape.str(),
                     shape.elements());
  Array array(std::move(shape), dtype_of<T>());
  std::copy(values.begin(), values.end(), array.mutable_data<T>());
  return array;
}
template Array Array::from<float>(std::span<const float>, Shape);
template Array Array::from<double>(std::span<const double>, Shape);
template Array Array::from<std::int64_t>(std::span<const std::int64_t>, Shape);
template Array Array::from<bool>(std::span<const bool>, Shape);

bool Array::is_contiguous() const noexcept {
  std::int64_t expected = 1;
  for (std::size_t i = shape_.size(); i-- > 0;) {
    if (shape_[i] != 1 && strides_[i] != expected) return false;
    expected *= shape_[i];
  }
  return true;
}

Array Array::with_layout(Shape shape, Strides strides, std::int64_t offset_change) const {
  return {storage_, offset_ + offset_change, std::move(shape), std::move(strides), dtype_};
}

Array Array::broadcast_to(const Shape& shape) const {
  if (shape == shape_) return *this;
  const std::size_t added = shape.checked().size() - shape_.size();
  Strides strides(shape.size(), 0);
  for (std::size_t i = 0; i < shape_.size(); ++i)
    strides[added + i] = shape_[i] == 1 && shape[added + i] != 1 ? 0 : strides_[i];
  return with_layout(shape, std::move(strides));
}

Array Array::permuted(const Shape& axes) const {
  Shape shape;
  Strides strides;
  for (const std::int64_t axis : axes) {
    shape.push_back(shape_[static_cast<std::size_t>(axis)]);
    strides.push_back(strides_[static_cast<std::size_t>(axis)]);
  }
  return with_layout(std::move(shape), std::move(strides));
}

Array Array::contiguous() const { return is_abstract() || is_contiguous() ? *this : to(dtype_); }

Array Array::to(DType dtype) const {
  if (is_abstract()) return abstract(shape_, dtype);
  if (dtype == dtype_ && is_contiguous()) return *this;
  Array result(shape_, dtype);
  dispatch(dtype, [&](auto to_zero) {
    dispatch(dtype_, [&](auto from_zero) {
      using To = decltype(to_zero);
      using From = decltype(from_zero);
      To* out = result.mutable_data<To>();
      for_each_offset(shape_, strides_,
                      [&, in = data<From>()](std::int64_t at) { *out++ = static_cast<To>(in[at]); });
    });
  });
  return result;
}

Array Array::reshaped(Shape shape) const {
  if (is_abstract()) return abstract(std::move(shape), dtype_);
  const Array dense = contiguous();
  Strides strides = row_major(shape);
  return dense.with_layout(std::move(shape), std::move(strides));
}

Array Array::rows(std::span<const std::int64_t> index) const {
  for (const std::int64_t row : index)
    if (row < 0 || row >= shape_[0]) fail<IndexError>("row {} does not exist in shape {}", row, shape_.str());
  const Array dense = contiguous();
  Shape shape = shape_;
  shape[0] = static_cast<std::int64_t>(index.size());
  Array result(shape, dtype_);
  const std::size_t bytes =
      static_cast<std::size_t>(shape_[0] ? elements() / shape_[0] : 0) * size_of(dtype_);
  const std::byte* from = dense.storage_.data() + static_cast<std::size_t>(dense.offset_) * size_of(dtype_);
  std::byte* to = result.storage_.data();
  // Rows of a shuffled batch lie anywhere in memory: the processor cannot know the next ones by itself.
  constexpr std::size_t ahead = 2, cache_line = 64;
  for (std::size_t i = 0; i < index.size(); ++i, to += bytes) {
    if (i + ahead < index.size()) {
      const std::byte* const soon = from + static_cast<std::size_t>(index[i + ahead]) * bytes;
      for (std::size_t at = 0; at < bytes; at += cache_line) __builtin_prefetch(soon + at);
    }
    std::memcpy(to, from + static_cast<std::size_t>(index[i]) * bytes, bytes);
  }
  return result;
}

double Array::at(std::int64_t index) const {
  std::int64_t offset = 0;
  for (std::size_t i = shape_.size(); i-- > 0;) {
    offset += index % shape_[i] * strides_[i];
    index /= shape_[i];
  }
  return dispatch(dtype_, [&](auto zero) { return static_cast<double>(data<decltype(zero)>()[offset]); });
}

bool Array::identical(const Array& other) const {
  if (type() != other.type() || is_abstract() != other.is_abstract()) return false;
  if (is_abstract()) return true;
  if (storage_ == other.storage_ && offset_ == other.offset_ && strides_ == other.strides_) return true;
  const Array a = contiguous();
  const Array b = other.contiguous();
  const std::size_t bytes = size_of(dtype_);
  return std::memcmp(a.storage_.data() + static_cast<std::size_t>(a.offset_) * bytes,
                     b.storage_.data() + static_cast<std::size_t>(b.offset_) * bytes,
                     static_cast<std::size_t>(elements()) * bytes) == 0;
}

}  // namespace hindsight
