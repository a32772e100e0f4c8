#pragma once
#include <hindsight/data/ceiling.hpp>
#include <hindsight/data/dataset.hpp>
#include <hindsight/data/spirals.hpp>
