#include "ops/shared/classes.hpp"

#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hindsight {

void require_classes(const Array& classes_of, std::int64_t classes) {
  const Array dense = classes_of.contiguous();
  const auto* index = dense.data<std::int64_t>();
  for (std::int64_t i = 0; i < dense.elements(); ++i)
    if (index[i] < 0 || index[i] >= classes)
      fail<IndexError>("one_hot: element {} is class {}, and there are only the {} classes 0 to {}", i,
                       index[i], classes, classes - 1);
}

}  // namespace hindsight
