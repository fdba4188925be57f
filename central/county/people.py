"""Everybody in 示例县."""

from __future__ import annotations

from central.county import employees, neighbours, newcomers
from central.county.builders import DemoResident


def everybody() -> tuple[DemoResident, ...]:
    """The county's people, always the same. Their stories stand with the functions that tell them."""
    return (
        employees.liu_guilan(),
        employees.yang_fan(),
        employees.lin_xiaoyu(),
        employees.zheng_guoqing(),
        employees.gao_feng(),
        employees.wu_haiyan(),
        employees.luo_yan(),
        employees.sun_lihua(),
        neighbours.chen_xiaohe(),
        neighbours.chen_xiaomai(),
        neighbours.zhao_dehou(),
        neighbours.wang_xiuying_of_heping(),
        neighbours.wang_xiuying_of_xinsheng(),
        neighbours.zhou_zhiqiang(),
        neighbours.ma_xiaoyan(),
        neighbours.huang_mancang(),
        neighbours.tian_chunsheng(),
        newcomers.he_jingyi(),
        newcomers.du_bo(),
        newcomers.helen_harper(),
    )
