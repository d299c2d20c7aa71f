import gc, tracemalloc
from sqlalchemy import create_engine, literal_column, select

engine = create_engine("sqlite://")
names = engine.dialect.identifier_preparer._strings
with engine.connect() as connection:
    for stretch in range(4):
        for i in range(2_000):
            connection.execute(select(literal_column("1").label(f"column_{stretch}_{i}"))).all()
        engine.clear_compiled_cache()
        gc.collect()
        print(len(names), "names,", tracemalloc.get_traced_memory()[0], "bytes")
        tracemalloc.start()
