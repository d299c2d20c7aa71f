import gc, tracemalloc
from sqlalchemy import Column, Integer, MetaData, Table, create_engine

engine = create_engine("sqlite://", query_cache_size=0)
names = engine.dialect.identifier_preparer._strings
for stretch in range(4):
    for i in range(1_000):
        table = Table(f"upload_{stretch}_{i}", MetaData(), Column("id", Integer))
        with engine.begin() as connection:
            table.create(connection, checkfirst=False)
            table.drop(connection, checkfirst=False)
    gc.collect()
    print(len(names), "names,", tracemalloc.get_traced_memory()[0], "bytes")
    tracemalloc.start()
