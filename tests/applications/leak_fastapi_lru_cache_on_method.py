"""A service is made for each request; the cache on its method keeps every one of them."""

from functools import lru_cache

from fastapi import Depends, FastAPI

LEAKS = {"GET /prices/{item}": None}
HOLDER = "the cache of `Prices.of`"

app = FastAPI()


class Prices:
    def __init__(self):
        self.rates = [0.19] * 100  # leaks

    @lru_cache(maxsize=None)
    def of(self, item):
        return self.rates[item % 100] * item

    def without_taxes(self, item):
        return item


@app.get("/prices/{item}")
async def price(item: int, prices: Prices = Depends(Prices)):
    return prices.of(item)  # leaks


@app.get("/net-prices/{item}")
async def net_price(item: int, prices: Prices = Depends(Prices)):
    return prices.without_taxes(item)
