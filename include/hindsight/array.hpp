#pragma once
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

#include <hindsight/dtype.hpp>
#include <hindsight/shape.hpp>

namespace hindsight {

/// A shared block of numbers, returned to a pool when its last user goes.
class Storage {
 public:
  Storage() = default;
  explicit Storage(std::size_t bytes);
  Storage(const Storage& other) noexcept;
  Storage(Storage&& other) noexcept : block_(other.block_) { other.block_ = nullptr; }
  Storage& operator=(Storage other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Storage();

  std::byte* data() const noexcept;
  explicit operator bool() const noexcept { return block_ != nullptr; }
  friend bool operator==(const Storage& a, const Storage& b) noexcept { return a.block_ == b.block_; }

 private:
  struct Block;
  Block* block_ = nullptr;
};

/// What is known of a value before it is computed.
struct TensorType {
  Shape shape;
  DType dtype = float32;
  friend bool operator==(const TensorType&, const TensorType&) = default;
};

/// Numbers without history: a strided window on a shared block. An array without a block is *abstract*: it
/// has a shape and a type but no numbers; values inside a step that is being captured are such.
class Array {
 public:
  Array() = default;
  /// Uninitialised and row-major. Throws ShapeError as Shape::checked() does, and MemoryError.
  Array(Shape shape, DType dtype);
  Array(Storage storage, std::int64_t offset, Shape shape, Strides strides, DType dtype);
  static Array abstract(Shape shape, DType dtype);
  static Array full(Shape shape, double value, DType dtype);
  /// Copies `values` (row-major). Throws ShapeError when their number is not that of `shape`.
  template <class T>
  static Array from(std::span<const T> values, Shape shape);

  const Shape& shape() const noexcept { return shape_; }
  const Strides& strides() const noexcept { return strides_; }
  std::int64_t rank() const noexcept { return shape_.rank(); }
  std::int64_t elements() const noexcept { return shape_.elements(); }
  DType dtype() const noexcept { return dtype_; }
  TensorType type() const { return {shape_, dtype_}; }
  const Storage& storage() const noexcept { return storage_; }
  std::int64_t offset() const noexcept { return offset_; }
  bool is_abstract() const noexcept { return !storage_; }
  bool is_contiguous() const noexcept;

  /// The first element; meaningful only for the dtype that the array has.
  template <class T>
  const T* data() const noexcept {
    return reinterpret_cast<const T*>(storage_.data()) + offset_;
  }
  /// For whoever has just made the array and shares it with nobody yet.
  template <class T>
  T* mutable_data() noexcept {
    return reinterpret_cast<T*>(storage_.data()) + offset_;
  }

  /// Views: no number is copied.
  Array with_layout(Shape shape, Strides strides, std::int64_t offset_change = 0) const;
  Array broadcast_to(const Shape& shape) const;
  Array permuted(const Shape& axes) const;

  /// This array, or a row-major copy of it.
  Array contiguous() const;
  Array to(DType dtype) const;
  /// The same numbers under another shape; a view when the layout allows one.
  Array reshaped(Shape shape) const;
  /// Row `index[i]` of this array as row i of the result. Throws IndexError.
  Array rows(std::span<const std::int64_t> index) const;

  /// The element at flat row-major position `index`, as a double.
  double at(std::int64_t index) const;
  /// Same type, shape and bytes (contents compared as bits, so that NaN equals itself).
  bool identical(const Array& other) const;
  /// Printed as NumPy prints: eight digits at most, long arrays abbreviated.
  std::string str() const;

 private:
  Storage storage_;
  std::int64_t offset_ = 0;
  Shape shape_;
  Strides strides_;
  DType dtype_ = float32;
};

}  // namespace hindsight
