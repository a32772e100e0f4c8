#pragma once
/// Matrices in panels with NaN in all their padding, and loops over targets, types and shapes.
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/every_target.hpp"
#include "kernels/panels.hpp"

namespace hindsight::kernels {

inline const std::size_t sizes[] = {1, 3, 7, 17, 31, 33, 64, 257};

/// Numbers at a multiple of 64 bytes, all NaN at first.
template <class T>
class Numbers {
 public:
  explicit Numbers(std::size_t count) : lines_(count * sizeof(T) / sizeof(Line) + 1) {
    for (std::size_t i = 0; i < lines_.size() * (sizeof(Line) / sizeof(T)); ++i)
      data()[i] = std::numeric_limits<T>::quiet_NaN();
  }
  T* data() { return lines_.front().numbers; }
  T& operator[](std::size_t i) { return data()[i]; }

 private:
  struct alignas(64) Line {
    T numbers[64 / sizeof(T)];
  };
  std::vector<Line> lines_;
};

/// A matrix in panels, with NaN in all its padding.
template <class T>
class PanelMatrix {
 public:
  PanelMatrix(std::size_t rows, std::size_t columns, std::size_t width)
      : numbers_(panel_stride(rows, width) * ((columns + width - 1) / width)),
        view{numbers_.data(), rows, columns, width, panel_stride(rows, width)} {}
  PanelMatrix(const PanelMatrix& other) : PanelMatrix(other.view.rows, other.view.columns, other.view.width) {
    std::memcpy(view.data, other.view.data, view.stride * view.count() * sizeof(T));
  }
  T& operator()(std::size_t r, std::size_t c) const { return view.at(r, c); }

 private:
  Numbers<T> numbers_;

 public:
  Panels<T> view;
};

template <class T, class Value>
PanelMatrix<T> filled(std::size_t rows, std::size_t columns, std::size_t width, const Value& value) {
  PanelMatrix<T> matrix(rows, columns, width);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) matrix(r, c) = static_cast<T>(value(r, c));
  return matrix;
}

/// Whole numbers from −6 to 6: sums of 257 products of two are exact in float32, in whatever order.
template <class T>
PanelMatrix<T> whole_numbers(std::size_t rows, std::size_t columns, std::size_t width, unsigned seed = 1) {
  std::mt19937 random(seed);
  return filled<T>(rows, columns, width,
                   [&](std::size_t, std::size_t) { return static_cast<int>(random() % 13) - 6; });
}

/// Numbers whose sums depend on the order.
template <class T>
PanelMatrix<T> fractions(std::size_t rows, std::size_t columns, std::size_t width, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  return filled<T>(rows, columns, width, [&](std::size_t, std::size_t) { return uniform(random); });
}

template <class T>
bool same_bits(const PanelMatrix<T>& a, const PanelMatrix<T>& b) {
  for (std::size_t r = 0; r < a.view.rows; ++r)
    for (std::size_t c = 0; c < a.view.columns; ++c)
      if (std::memcmp(&a(r, c), &b(r, c), sizeof(T)) != 0) return false;
  return true;
}

template <class T, class Value>
void expect_matrix(const PanelMatrix<T>& matrix, const Value& value, const std::string& what) {
  for (std::size_t r = 0; r < matrix.view.rows; ++r)
    for (std::size_t c = 0; c < matrix.view.columns; ++c)
      ASSERT_EQ(static_cast<double>(matrix(r, c)), value(r, c)) << what << ": element " << r << ", " << c;
}

/// body(kernels): float and double, on every target that runs here.
template <class Body>
void on_every_target(const Body& body) {
  on_every_target(&TargetKernels::panels_float, &TargetKernels::panels_double, body);
}

inline std::string shape(std::size_t rows, std::size_t inputs, std::size_t outputs, std::size_t a_width,
                         std::size_t b_width) {
  return std::to_string(rows) + "x" + std::to_string(inputs) + " times " + std::to_string(inputs) + "x" +
         std::to_string(outputs) + " in panels of " + std::to_string(a_width) + " and " +
         std::to_string(b_width);
}

/// body(rows, inputs, outputs, width of A's panels, width of B's): all sizes against each other would be
/// slow, and three steps through their list meet them all.
template <class Body>
void each_shape(std::size_t lanes, const Body& body) {
  constexpr std::size_t count = std::size(sizes);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < count; ++j)
      for (std::size_t widths = 0; widths < 4; ++widths)
        body(sizes[i], sizes[j], sizes[(i + 3 * j) % count], lanes << (widths & 1), lanes << (widths >> 1));
}

inline double sum_of_products(std::size_t count, const auto& product) {
  double sum = 0;
  for (std::size_t k = 0; k < count; ++k) sum += product(k);
  return sum;
}

}  // namespace hindsight::kernels
