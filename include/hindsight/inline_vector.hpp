#pragma once
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <new>
#include <span>
#include <utility>

namespace hindsight {

/// A vector that keeps its first N elements inside itself: shapes, strides and the inputs of a node are
/// short, and a training step makes thousands of them.
template <class T, std::size_t N>
class InlineVector {
 public:
  InlineVector() = default;
  InlineVector(std::initializer_list<T> values) { append(values.begin(), values.end()); }
  explicit InlineVector(std::span<const T> values) { append(values.data(), values.data() + values.size()); }
  InlineVector(std::size_t count, const T& value) {
    reserve(count);
    while (size_ < count) push_back(value);
  }
  InlineVector(const InlineVector& other) { append(other.begin(), other.end()); }
  InlineVector(InlineVector&& other) noexcept { take(other); }
  InlineVector& operator=(const InlineVector& other) {
    if (this != &other) {
      clear();
      append(other.begin(), other.end());
    }
    return *this;
  }
  InlineVector& operator=(InlineVector&& other) noexcept {
    if (this != &other) {
      release();
      take(other);
    }
    return *this;
  }
  ~InlineVector() { release(); }

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  T* data() noexcept { return heap_ ? heap_ : std::launder(reinterpret_cast<T*>(inside_)); }
  const T* data() const noexcept { return heap_ ? heap_ : std::launder(reinterpret_cast<const T*>(inside_)); }
  T* begin() noexcept { return data(); }
  T* end() noexcept { return data() + size_; }
  const T* begin() const noexcept { return data(); }
  const T* end() const noexcept { return data() + size_; }
  T& operator[](std::size_t i) noexcept { return data()[i]; }
  const T& operator[](std::size_t i) const noexcept { return data()[i]; }
  T& back() noexcept { return data()[size_ - 1]; }
  const T& back() const noexcept { return data()[size_ - 1]; }

  void reserve(std::size_t capacity) {
    if (capacity > capacity_) grow(capacity);
  }
  void push_back(T value) {
    if (size_ == capacity_) grow(2 * size_ + N);
    std::construct_at(data() + size_, std::move(value));
    ++size_;
  }
  void pop_back() noexcept { std::destroy_at(data() + --size_); }
  void clear() noexcept {
    std::destroy_n(data(), size_);
    size_ = 0;
  }
  /// Inserts `value` before position `at`.
  void insert(std::size_t at, T value) {
    push_back(std::move(value));
    for (std::size_t i = size_ - 1; i > at; --i) std::swap((*this)[i], (*this)[i - 1]);
  }
  void erase(std::size_t at) noexcept {
    for (std::size_t i = at; i + 1 < size_; ++i) (*this)[i] = std::move((*this)[i + 1]);
    pop_back();
  }

  friend bool operator==(const InlineVector& a, const InlineVector& b) {
    if (a.size_ != b.size_) return false;
    for (std::size_t i = 0; i < a.size_; ++i)
      if (!(a[i] == b[i])) return false;
    return true;
  }

 private:
  void append(const T* first, const T* last) {
    reserve(size_ + static_cast<std::size_t>(last - first));
    for (; first != last; ++first) push_back(*first);
  }
  void grow(std::size_t capacity) {
    T* bigger = std::allocator<T>().allocate(capacity);
    const std::size_t size = size_;
    for (std::size_t i = 0; i < size; ++i) std::construct_at(bigger + i, std::move((*this)[i]));
    release();
    heap_ = bigger, capacity_ = capacity, size_ = size;
  }
  void release() noexcept {
    std::destroy_n(data(), size_);
    if (heap_) std::allocator<T>().deallocate(heap_, capacity_);
    heap_ = nullptr, capacity_ = N, size_ = 0;
  }
  void take(InlineVector& other) noexcept {
    if (other.heap_) {
      heap_ = std::exchange(other.heap_, nullptr);
      capacity_ = std::exchange(other.capacity_, N);
      size_ = std::exchange(other.size_, 0);
    } else {
      for (T& value : other) push_back(std::move(value));
      other.clear();
    }
  }

  std::size_t size_ = 0;
  std::size_t capacity_ = N;
  T* heap_ = nullptr;
  alignas(T) std::byte inside_[N * sizeof(T)];
};

}  // namespace hindsight
